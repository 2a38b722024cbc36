package dev.datamill.run;

/**
 * Why something is not ready.
 *
 * @param what in one line, with the object's name
 * @param evidence the words of those who know: registry, kubelet, scheduler, or the program's own last lines
 * @param advice the one thing to do
 * @param terminal waiting on cannot help
 */
public record Cause(Name name, String what, String evidence, String advice, boolean terminal) {

    public enum Name {
        IMAGE, CRASH, OUT_OF_MEMORY, NO_ROOM, NO_NODE, NODE_PRESSURE, NO_STORAGE_CLASS, CLAIM_UNBOUND, VOLUME, PROBE,
        MISSING_SECRET, MISSING_CONFIG_MAP, QUOTA, WEBHOOK, FORBIDDEN, NO_ADDRESS, JOB_FAILED, STARTING, CONDITION, NOT_THERE
    }

    Cause ends(boolean terminalNow) {
        return new Cause(name, what, evidence, advice, terminalNow);
    }

    public String text() {
        return evidence.isBlank() ? what : what + ": " + evidence;
    }
}
