package tiphys.engine.run.validate;

import tiphys.manifest.schema.FieldClaims;

/// What the engine and an executor claim of the fields of workflows, as data files say it.
public final class Claims {
    private static final FieldClaims PROCESS = FieldClaims.beside(Claims.class, "engine.txt", "process.txt");

    private static final FieldClaims CONTAINER = PROCESS.but(FieldClaims.beside(Claims.class, "container.txt"));

    private Claims() {}

    /// What is claimed where steps are processes of this machine.
    public static FieldClaims process() {
        return PROCESS;
    }

    /// What is claimed where steps run in containers of this machine. All that a process honours, a container does; what an engine
    /// cannot be told of the rest its executor refuses by name.
    public static FieldClaims container() {
        return CONTAINER;
    }
}
