package tiphys.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tiphys.process.spawn.OwnNamespace;

/// The same by `bwrap`, as where no namespace can be made otherwise.
class BubblewrapPathsTest extends PrivatePathsTest {
    private static final String WAY = "tiphys.paths";

    @BeforeAll
    static void wrap() {
        assumeTrue(OwnNamespace.bubblewrap().isPresent(), "this machine has no bwrap, or it may not make namespaces");
        System.setProperty(WAY, "bwrap");
    }

    @AfterAll
    static void unwrap() {
        System.clearProperty(WAY);
    }
}
