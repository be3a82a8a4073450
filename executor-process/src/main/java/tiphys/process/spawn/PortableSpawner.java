package tiphys.process.spawn;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.stream.Stream;

/// Starts programs by [ProcessBuilder] where [PosixSpawner] cannot. There are no process groups here: a signal goes to the
/// process and to its descendants that can be seen, and an end by a signal is the exit code 128 + signal.
final class PortableSpawner implements Spawner {

    @Override
    public Child spawn(Command command) throws CannotSpawn {
        if (command.view().isPresent()) {
            throw new CannotSpawn("no process has a root of its own on this system");
        }
        var line = new ArrayList<>(command.argv());
        line.set(0, command.program().toString());
        var builder =
                new ProcessBuilder(line)
                        .directory(command.directory().toFile())
                        .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                        .redirectOutput(Redirect.appendTo(command.stdout().toFile()));
        if (command.stderr().isPresent()) {
            builder.redirectError(Redirect.appendTo(command.stderr().get().toFile()));
        } else {
            builder.redirectErrorStream(true);
        }
        builder.environment().clear();
        builder.environment().putAll(command.env());
        try {
            return new PortableChild(builder.start());
        } catch (IOException e) {
            throw new CannotSpawn("fork/exec %s: %s".formatted(command.program(), e.getMessage()));
        }
    }

    private record PortableChild(Process process) implements Child {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public void await() throws InterruptedException {
            process.waitFor();
        }

        @Override
        public Exit reap() {
            return new Exit.Code(process.exitValue());
        }

        @Override
        public void signal(int signal) {
            try (var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))) {
                all.toList()
                        .forEach(handle -> {
                            var _ = signal == SIGKILL ? handle.destroyForcibly() : handle.destroy();
                        });
            }
        }
    }
}
