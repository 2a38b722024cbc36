package dev.datamill.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;

/**
 * The user's screen. Data goes to out, talk goes to err.
 *
 * @param in the terminal's input; null when there is no terminal to ask
 */
public record Console(PrintStream out, PrintStream err, BufferedReader in, boolean terminal, boolean color, int width) {

    public void say(String text) {
        err.println(text);
    }

    /** Asks on the terminal; only an explicit yes is a yes. */
    public boolean agrees(String question) throws IOException {
        err.print(question + " [y/N] ");
        err.flush();
        String answer = in.readLine();
        return answer != null && answer.strip().matches("(?i)y|yes");
    }
}
