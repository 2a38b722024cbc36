package dev.datamill.session;

import java.io.IOException;

/** Asks before something that cannot be taken back. */
record Question(Console console) {

    boolean agrees(String question) throws Stop {
        if (console.in() == null) {
            throw new Stop(ExitStatus.USAGE, "this needs an answer, and there is no terminal to ask on: " + question, "add -y to answer yes");
        }
        try {
            return console.agrees(question);
        } catch (IOException e) {
            throw new Stop(ExitStatus.USAGE, "the terminal cannot be read: " + e.getMessage(), "add -y to answer yes");
        }
    }
}
