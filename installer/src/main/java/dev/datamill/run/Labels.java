package dev.datamill.run;

import dev.datamill.helm.Releases;
import dev.datamill.kube.Resource;

/** What everything that we make carries. */
final class Labels {

    static final String MANAGED_BY = Releases.MANAGED_BY;
    static final String OURS = "datamill";
    static final String COMPONENT = Releases.COMPONENT;
    static final String DEBUG = "datamill.dev/debug";
    /** On a Secret: for which provider and with which rights its account was made. */
    static final String ACCOUNT = "datamill.dev/account";

    private Labels() {
    }

    static Resource on(Resource resource, String component) {
        Resource ours = resource.withLabel(MANAGED_BY, OURS);
        return component.isEmpty() ? ours : ours.withLabel(COMPONENT, component);
    }

    static boolean ours(Resource resource) {
        return resource.label(MANAGED_BY).equals(OURS);
    }
}
