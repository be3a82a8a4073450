package tiphys.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// Asks an executor to run one step once. It is recorded before it is given, so it may be given again after a crash; the
/// attempt's claim decides that it runs at most once.
///
/// @param runUid the run's uid
/// @param host the boot id of the host that the order was made for; an order of another boot is lost
/// @param nodeId the step's `ARGO_NODE_ID`
/// @param podName the name under which `kubectl logs` finds the step
/// @param template what to run: its container or script with everything replaced
/// @param resultWanted whether stdout is read into `outputs.result`
/// @param deadline when the step is ended by the executor; empty for never
/// @param grace between SIGTERM and SIGKILL
/// @param pod where steps are pods ([Executor#CLUSTER]): what the manifest asks of the step's pod beside its template. Fields of a pod's
///     `spec`; `metadata` with labels and annotations; `executor`, `podGC`, `podDisruptionBudget` and `onExit` as the manifest has them
///     or as they are; and `podSpecPatch`, a list in the order in which they are applied. Of an order that is never given, `asks`: names of what is asked of
///     the cluster beside pods. Empty elsewhere
public record StepOrder(
        AttemptId attempt,
        String runUid,
        String host,
        String namespace,
        String runName,
        String nodeId,
        String nodeName,
        String podName,
        ResolvedTemplate template,
        boolean resultWanted,
        Optional<Instant> deadline,
        Duration grace,
        Value.Mapping pod) {

    /// An order of a step that is no pod.
    public StepOrder(
            AttemptId attempt,
            String runUid,
            String host,
            String namespace,
            String runName,
            String nodeId,
            String nodeName,
            String podName,
            ResolvedTemplate template,
            boolean resultWanted,
            Optional<Instant> deadline,
            Duration grace) {
        this(
                attempt,
                runUid,
                host,
                namespace,
                runName,
                nodeId,
                nodeName,
                podName,
                template,
                resultWanted,
                deadline,
                grace,
                Value.Mapping.EMPTY);
    }

    /// The same order for one of its containers alone; only `main` gives a result.
    public StepOrder of(ResolvedTemplate.Container container) {
        return new StepOrder(
                attempt,
                runUid,
                host,
                namespace,
                runName,
                nodeId,
                nodeName,
                podName,
                container.template(),
                resultWanted && container.name().equals("main"),
                deadline,
                grace,
                pod);
    }

    /// One environment variable. Values of ConfigMaps and Secrets stay references here, so that no journal holds a secret.
    public record Variable(String name, Source source) {}

    /// Where a variable's value comes from.
    public sealed interface Source {
        /// The text itself.
        record Literal(String value) implements Source {}

        /// A key of a ConfigMap in the run's namespace.
        record ConfigMapKey(String name, String key, boolean optional) implements Source {}

        /// A key of a Secret in the run's namespace.
        record SecretKey(String name, String key, boolean optional) implements Source {}

        /// A field of the step's pod: `metadata.labels['x']`.
        record Field(String path) implements Source {}

        /// A limit or request of the step's container, divided.
        ///
        /// @param name such as `limits.memory`
        /// @param divisor a quantity; empty is 1
        record Resource(String name, String divisor) implements Source {}
    }

    /// All keys of a ConfigMap or Secret as variables.
    public record EnvFrom(Origin origin, String name, String prefix, boolean optional) {}

    /// The kinds of object that give values.
    public enum Origin {
        CONFIG_MAP,
        SECRET
    }

    /// A volume where the step wants it.
    ///
    /// @param part what of the volume is shown
    public record Mount(String volume, String path, Part part, boolean readOnly, Volume source) {}

    /// What of a volume is shown.
    public sealed interface Part {
        /// All of it.
        Part WHOLE = new At("");

        /// What is at a path in it; the empty one is the volume itself.
        record At(String path) implements Part {}

        /// What is at a path that names variables of the step: `$(NAME)`.
        record Expanded(String expression) implements Part {}
    }

    /// What a volume holds.
    public sealed interface Volume {
        /// An empty directory of this attempt alone.
        ///
        /// @param inMemory whether the manifest asks for memory
        /// @param limitBytes the most that it may hold; empty for no limit
        record EmptyDir(boolean inMemory, Optional<Long> limitBytes) implements Volume {
            /// A directory on the disk, without a limit.
            public static final EmptyDir ON_DISK = new EmptyDir(false, Optional.empty());
        }

        /// The keys of a ConfigMap or Secret as files.
        ///
        /// @param items key to relative path; empty means every key under its own name
        record Keys(Origin origin, String name, List<Item> items, boolean optional) implements Volume {
            public Keys {
                items = List.copyOf(items);
            }
        }

        /// One key and the relative path of its file.
        record Item(String key, String path) {}

        /// Fields of the step's pod as files.
        record Fields(List<FieldFile> files) implements Volume {
            public Fields {
                files = List.copyOf(files);
            }
        }

        /// A file and what stands in it: a [Source.Field] or a [Source.Resource].
        record FieldFile(String path, Source source) {}

        /// Several volumes of kind [Keys] and [Fields] in one directory.
        record Projected(List<Volume> parts) implements Volume {
            public Projected {
                parts = List.copyOf(parts);
            }
        }

        /// A file or directory of the machine itself.
        ///
        /// @param type what must be there, or is made, in Kubernetes' words (`DirectoryOrCreate`); empty for whatever it is
        record HostPath(String path, String type) implements Volume {}

        /// A claimed volume of the run's namespace.
        record Claim(String name) implements Volume {}
    }

    /// A file that is read when the step has ended.
    public record OutputFile(String parameter, String path) {}
}
