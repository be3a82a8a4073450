package tiphys.artifacts.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Json;

/// `git`: a clone, made by this machine's own `git`. Credentials reach it by files and variables that no other process sees, never
/// by its command line. Nothing of the user's own configuration is read.
public final class GitDriver implements Driver {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int TOLD = 2_000;

    private final Secrets secrets;
    private final Path scratch;

    /// @param scratch where keys and what git says are for a moment
    public GitDriver(Secrets secrets, Path scratch) {
        this.secrets = secrets;
        this.scratch = scratch;
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        var own = Files.createTempDirectory(scratch, "git-");
        try {
            clone(place, to, new Git(own, environment(place, own)));
        } finally {
            Trees.delete(own);
        }
    }

    private static void clone(Place place, Path to, Git git) throws IOException {
        var repo = place.text("repo");
        var branch = place.text("branch");
        var revision = place.text("revision");
        var depth = place.fields().find("depth").map(Json::text).filter(text -> !text.equals("0"));
        var arguments = new ArrayList<>(List.of("clone", "--quiet"));
        if (!branch.isEmpty()) {
            arguments.add("--branch=" + branch);
        }
        if (flag(place, "singleBranch")) {
            arguments.add("--single-branch");
        }
        depth.ifPresent(many -> arguments.addAll(List.of("--depth=" + many, "--no-single-branch")));
        if (flag(place, "singleBranch")) {
            arguments.remove("--no-single-branch");
        }
        arguments.addAll(List.of("--", repo, to.toString()));
        git.run("failed to clone \"" + repo + "\"", arguments);
        var at = List.of("-C", to.toString());
        for (var ref : place.fields().listAt("fetch")) {
            var what = new ArrayList<>(at);
            what.addAll(List.of("fetch", "--quiet"));
            depth.ifPresent(many -> what.add("--depth=" + many));
            what.addAll(List.of("origin", Json.text(ref)));
            git.run("failed to fetch " + Json.text(ref), what);
        }
        if (!revision.isEmpty()) {
            checkout(git, at, revision);
        }
        if (!flag(place, "disableSubmodules")) {
            var what = new ArrayList<>(at);
            what.addAll(List.of("submodule", "update", "--quiet", "--init", "--recursive", "--force"));
            git.run("failed to update submodules of \"" + repo + "\"", what);
        }
    }

    /// Checks out a branch, a tag or a commit; one that a shallow clone has not is fetched by its name.
    private static void checkout(Git git, List<String> at, String revision) throws IOException {
        if (revision.startsWith("-")) {
            throw new Trouble(Trouble.Kind.REFUSED, "no revision: " + revision);
        }
        var checkout = new ArrayList<>(at);
        checkout.addAll(List.of("checkout", "--quiet", "--force", revision));
        try {
            git.run("failed to checkout \"" + revision + "\"", checkout);
        } catch (Trouble e) {
            var fetch = new ArrayList<>(at);
            fetch.addAll(List.of("fetch", "--quiet", "origin", revision));
            try {
                git.run("failed to fetch", fetch);
            } catch (Trouble _) {
                throw e;
            }
            var fetched = new ArrayList<>(at);
            fetched.addAll(List.of("checkout", "--quiet", "--force", "FETCH_HEAD"));
            git.run("failed to checkout \"" + revision + "\"", fetched);
        }
    }

    private Map<String, String> environment(Place place, Path own) throws IOException {
        var env = new LinkedHashMap<String, String>();
        env.put("HOME", own.toString());
        env.put("GIT_CONFIG_NOSYSTEM", "1");
        env.put("GIT_TERMINAL_PROMPT", "0");
        env.put("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
        env.put("LC_ALL", "C");
        if (flag(place, "insecureSkipTLS")) {
            env.put("GIT_SSL_NO_VERIFY", "true");
        }
        var key = secrets.of(place, "sshPrivateKeySecret");
        var ssh = new ArrayList<>(List.of("ssh", "-o", "BatchMode=yes", "-F", "none"));
        if (key.isPresent()) {
            var file = own.resolve("key");
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, key.get());
            ssh.addAll(List.of("-i", file.toString(), "-o", "IdentitiesOnly=yes"));
        }
        if (flag(place, "insecureIgnoreHostKey")) {
            ssh.addAll(List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"));
        }
        env.put("GIT_SSH_COMMAND", String.join(" ", ssh));
        var user = secrets.text(place, "usernameSecret");
        var password = secrets.text(place, "passwordSecret");
        if (user.isPresent() || password.isPresent()) {
            var ask = own.resolve("ask");
            Files.writeString(
                    ask,
                    "#!/bin/sh\ncase \"$1\" in [Uu]sername*) printf '%s\\n' \"$TIPHYS_GIT_USER\" ;;"
                            + " *) printf '%s\\n' \"$TIPHYS_GIT_PASSWORD\" ;; esac\n");
            Files.setPosixFilePermissions(ask, PosixFilePermissions.fromString("rwx------"));
            env.put("GIT_ASKPASS", ask.toString());
            env.put("TIPHYS_GIT_USER", user.orElse(""));
            env.put("TIPHYS_GIT_PASSWORD", password.orElse(""));
        }
        return env;
    }

    private static boolean flag(Place place, String field) {
        return place.fields().find(field).filter(tiphys.manifest.Value.bool(true)::equals).isPresent();
    }

    /// The program, in a directory of its own.
    private record Git(Path own, Map<String, String> env) {
        void run(String what, List<String> arguments) throws IOException {
            var command = new ArrayList<>(List.of("git"));
            command.addAll(arguments);
            var said = own.resolve("said");
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
            builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
            builder.environment().putAll(env);
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                throw new Trouble(
                        Trouble.Kind.REFUSED,
                        "TIP-6058: git artifacts need the program git, which this machine has not; install it",
                        e);
            }
            try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new Trouble(Trouble.Kind.UNAVAILABLE, what + ": it took longer than " + LIMIT);
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
            }
            if (process.exitValue() != 0) {
                var text = new String(Files.readAllBytes(said), UTF_8).strip();
                throw new Trouble(
                        Trouble.Kind.REFUSED,
                        what + ": " + (text.length() <= TOLD ? text : text.substring(text.length() - TOLD)));
            }
        }
    }

    @Override
    public void store(Path from, Place place) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "git output artifacts are not supported");
    }

    @Override
    public List<Item> list(Place place, int most) {
        return List.of(new Item("", OptionalLong.empty()));
    }

    @Override
    public Content open(Place place, String part) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "a git repository is not shown; clone " + place.text("repo"));
    }

    @Override
    public void delete(Place place) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "delete not supported for git artifacts");
    }
}
