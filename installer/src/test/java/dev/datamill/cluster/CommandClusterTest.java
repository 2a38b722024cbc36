package dev.datamill.cluster;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CommandClusterTest {

    private static final String TARGET = """
            provider: command
            name: mill
            exists: [tool, exists]
            start: [tool, start, "two words; $(touch no)", "it's"]
            stop: [tool, stop]
            delete: [tool, delete]
            kubeconfig: [tool, kubeconfig]
            """;
    private ScriptedMachine machine;
    private CommandCluster cluster;

    @BeforeEach
    void aMachine(@TempDir Path folder) throws Exception {
        machine = new ScriptedMachine(folder).program("tool", """
                case "$1" in
                exists) [ -e $S/made ] ;;
                start) printf '%s|' "$@" > $S/arguments; [ -e $S/failing ] && { echo 'kein Platz' >&2; exit 3; }; touch $S/made $S/running ;;
                stop) rm $S/running ;;
                delete) rm -f $S/running $S/made ;;
                kubeconfig) [ -e $S/running ] && echo 'apiVersion: v1' ;;
                esac""");
        cluster = new CommandCluster(ScriptedMachine.target(TARGET), machine.home, machine.processes);
    }

    @Test
    void argumentsArriveAsTheyStandInTheFile() throws Exception {
        cluster.start(machine.events::add);
        assertEquals("start|two words; $(touch no)|it's|", Files.readString(machine.state.resolve("arguments")));
    }

    @Test
    void itsLifeIsWhatTheCommandsSay() throws Exception {
        assertEquals(Cluster.State.ABSENT, cluster.state());
        cluster.start(machine.events::add);
        assertEquals(Cluster.State.RUNNING, cluster.state());
        Path file = cluster.kubeconfig();
        assertEquals("rw-------", machine.mode(file));
        assertEquals("apiVersion: v1\n", Files.readString(file));
        cluster.halt(machine.events::add);
        assertEquals(Cluster.State.HALTED, cluster.state());
        cluster.destroy(machine.events::add);
        assertEquals(Cluster.State.ABSENT, cluster.state());
    }

    @Test
    void aFailingCommandIsShownWithItsLastWords() throws Exception {
        machine.is("failing");
        ClusterException no = assertThrows(ClusterException.class, () -> cluster.start(machine.events::add));
        assertTrue(no.getMessage().contains("status 3") && no.getMessage().contains("kein Platz") && no.getMessage().contains("'two words; $(touch no)'"), no.getMessage());
    }

    @Test
    void aMissingProgramIsALackThatNamesIt() {
        CommandCluster other = new CommandCluster(ScriptedMachine.target("provider: command\nkubeconfig: [no-such-tool, get]\n"), machine.home, machine.processes);
        assertEquals(1, other.lacks().size());
        assertTrue(other.lacks().get(0).what().contains("'no-such-tool'"));
        assertEquals(0, cluster.lacks().size());
    }
}
