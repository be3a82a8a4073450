package tiphys.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.artifacts.archive.Trees;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.git.GitDriver;
import tiphys.artifacts.s3.S3Driver;
import tiphys.connectors.http.Calls;
import tiphys.connectors.http.Clients;
import tiphys.connectors.http.Tls;
import tiphys.engine.Artifacts.Trouble;
import tiphys.events.action.Answer;
import tiphys.events.action.Request;
import tiphys.events.action.Texts;
import tiphys.events.action.TriggerFailed;
import tiphys.manifest.Value;

/// Fetches what a trigger's `source` names: by the drivers of artifacts, over HTTP, from ConfigMaps and files.
final class TriggerTexts implements Texts {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Clients clients = new Clients();
    private final Guarding guarding;

    /// Says which addresses may be asked.
    interface Guarding {
        void check(String url) throws TriggerFailed;
    }

    TriggerTexts(Guarding guarding) {
        this.guarding = guarding;
    }

    @Override
    public String fetch(Value.Mapping location, Request.Values values)
            throws IOException, InterruptedException, TriggerFailed {
        Secrets secrets = (_, name, key) -> values.secret(name, key).map(text -> text.getBytes(StandardCharsets.UTF_8));
        if (has(location, "s3")) {
            return s3(location.mapAt("s3"), secrets);
        }
        if (has(location, "file")) {
            return file(Path.of(location.textAt("file", "path").orElse("")));
        }
        if (has(location, "url")) {
            return url(location.textAt("url", "path").orElse(""));
        }
        if (has(location, "git")) {
            return git(location.mapAt("git"), secrets);
        }
        var map = location.mapAt("configmap");
        return new Request(location, "", Map.of(), values).configMap(map, "source.configmap");
    }

    private static boolean has(Value.Mapping location, String kind) {
        return location.find(kind).filter(Value.Mapping.class::isInstance).isPresent();
    }

    private static String file(Path path) throws IOException, TriggerFailed {
        if (!path.isAbsolute() || !Files.isRegularFile(path)) {
            throw new TriggerFailed("source.file.path is " + path + ", which is no file of this machine");
        }
        if (Files.size(path) > LONGEST) {
            throw tooLong(path.toString());
        }
        return Files.readString(path);
    }

    private static TriggerFailed tooLong(String what) {
        return new TriggerFailed(what + " is longer than " + (LONGEST >> 20) + " MiB");
    }

    private String url(String url) throws IOException, InterruptedException, TriggerFailed {
        guarding.check(url);
        var call = new Calls.Call("GET", url, List.of(), new byte[0], PATIENCE);
        var reply = clients.of(Tls.PLAIN).make(call, LONGEST + 1, guarding::check);
        if (reply.status() != 200) {
            throw new TriggerFailed(url + " answered " + reply.status(), reply.answer(), TriggerFailed.Again.MAY_HELP);
        }
        if (reply.body().length > LONGEST) {
            throw tooLong(url);
        }
        return reply.text();
    }

    private static String s3(Value.Mapping s3, Secrets secrets) throws IOException, TriggerFailed {
        var fields = new HashMap<String, Value>();
        copy(s3, Map.of("endpoint", "endpoint", "region", "region", "insecure", "insecure"), fields);
        copy(
                s3,
                Map.of("accessKey", "accessKeySecret", "secretKey", "secretKeySecret", "caCertificate", "caSecret"),
                fields);
        s3.find("bucket", "name").ifPresent(name -> fields.put("bucket", name));
        s3.find("bucket", "key").ifPresent(key -> fields.put("key", key));
        return fetched(S3Driver.of(secrets), fields, Optional.empty());
    }

    private static String git(Value.Mapping git, Secrets secrets) throws IOException, TriggerFailed {
        var fields = new HashMap<String, Value>();
        copy(
                git,
                Map.of(
                        "url",
                        "repo",
                        "sshKeySecret",
                        "sshPrivateKeySecret",
                        "insecureIgnoreHostKey",
                        "insecureIgnoreHostKey"),
                fields);
        copy(git.mapAt("creds"), Map.of("username", "usernameSecret", "password", "passwordSecret"), fields);
        fields.put("disableSubmodules", Value.bool(true));
        for (var revision : List.of("ref", "tag", "branch")) {
            git.textAt(revision)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> fields.putIfAbsent("revision", Value.text(text)));
        }
        var scratch = Files.createTempDirectory("tiphys-source-");
        try {
            return fetched(new GitDriver(secrets, scratch), fields, git.textAt("filePath"));
        } finally {
            Trees.delete(scratch);
        }
    }

    private static void copy(Value.Mapping from, Map<String, String> names, Map<String, Value> to) {
        names.forEach((name, other) -> from.find(name).ifPresent(value -> to.put(other, value)));
    }

    /// @param part the file below what is fetched, if that is a directory
    private static String fetched(Driver driver, Map<String, Value> fields, Optional<String> part)
            throws IOException, TriggerFailed {
        var folder = Files.createTempDirectory("tiphys-source-");
        try {
            var to = folder.resolve("fetched");
            driver.fetch(new Driver.Place("", (Value.Mapping) Value.of(fields)), to);
            var file = part.map(one -> to.resolve(one).normalize()).orElse(to);
            if (!file.startsWith(to) || !file.toRealPath().startsWith(to.toRealPath())) {
                throw new TriggerFailed("source.git.filePath leads out of the repository");
            }
            return file(file);
        } catch (Trouble e) {
            throw new TriggerFailed(
                    String.valueOf(e.getMessage()),
                    Answer.NONE,
                    e.kind() == Trouble.Kind.UNAVAILABLE
                            ? TriggerFailed.Again.MAY_HELP
                            : TriggerFailed.Again.IS_IN_VAIN);
        } finally {
            Trees.delete(folder);
        }
    }
}
