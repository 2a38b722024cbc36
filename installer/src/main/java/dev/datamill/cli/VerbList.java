package dev.datamill.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Every verb there is, in the order of the help. */
final class VerbList {

    private VerbList() {
    }

    static Map<String, Verb> all(Verbs verbs) {
        Map<String, Verb> all = new LinkedHashMap<>();
        all.put("plan", new PlanVerb(verbs));
        all.put("install", new InstallVerb(verbs));
        all.put("start", new ClusterVerb.Start(verbs));
        all.put("halt", new ClusterVerb.Halt(verbs));
        all.put("destroy", new ClusterVerb.Destroy(verbs));
        all.put("kubeconfig", new ClusterVerb.KubeconfigPath(verbs));
        all.put("uninstall", new UninstallVerb(verbs));
        all.put("status", new StatusVerb(verbs));
        all.put("verify", new VerifyVerb(verbs));
        all.put("seed", new SeedVerb(verbs));
        all.put("debug", new DebugVerb(verbs));
        all.put("why", new WhyVerb(verbs));
        all.put("logs", new LogsVerb(verbs));
        all.put("open", new OpenVerb(verbs));
        all.put("credentials", new CredentialsVerb(verbs));
        all.put("list", new ListVerb(verbs));
        all.put("images", new ImagesVerb(verbs));
        all.put("registry", new RegistryVerb(verbs));
        all.put("completion", new CompletionVerb(verbs));
        all.put("version", new VersionVerb(verbs));
        return all;
    }
}
