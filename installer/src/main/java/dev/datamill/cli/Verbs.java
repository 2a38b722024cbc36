package dev.datamill.cli;

import dev.datamill.session.Surroundings;
import dev.datamill.session.ImagesSession;
import dev.datamill.session.PlanSession;
import dev.datamill.session.RegistrySession;
import dev.datamill.session.Wiring;
import dev.datamill.workspace.ProjectSources;

/** What the commands are made of, wired by Main. Suppliers: a command pays only for what it uses. */
public interface Verbs {

    Surroundings around();

    ProjectSources.ImageCatalog images();

    ImagesSession imagesSession();

    RegistrySession registrySession();

    PlanSession.Comparison comparison();

    Wiring wiring();
}
