package tiphys.container.api;

import java.io.IOException;
import java.io.OutputStream;

/// Writes a tar.
@FunctionalInterface
public interface EngineTar {
    void write(OutputStream out) throws IOException;
}
