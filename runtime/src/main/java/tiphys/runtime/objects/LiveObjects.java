package tiphys.runtime.objects;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import tiphys.journal.Conflict;
import tiphys.journal.Journal;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.objects.Admission;
import tiphys.objects.ApiObject;
import tiphys.objects.Bootstrap;
import tiphys.objects.Names;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Patches;
import tiphys.objects.Pods;
import tiphys.objects.Rbac;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

/// The API's objects over a journal and its store: reads them, asks the rules, commits, and tries again when somebody
/// else was faster. It holds no threads. Creating an object is one look-up of its namespace and one commit.
public final class LiveObjects implements Objects {
    /// How often a write is tried when others keep changing what it is about.
    private static final int BUDGET = 12;

    private final Parts parts;
    private final Optional<String> user;

    /// What the face stands on.
    ///
    /// @param pods the view of the steps; [Pods#NONE] if there are no runs
    /// @param random for uids and the ends of generated names; safe for every thread, as SecureRandom is
    /// @param schema what the schema of an object's kind finds in it
    /// @param created hears of each object that was stored, before whoever asked for it does: a run that a page asks for next is known
    public record Ports(
            Journal journal,
            ObjectStore store,
            Pods pods,
            InstantSource clock,
            RandomGenerator random,
            Function<ApiObject, List<Diagnostic>> schema,
            Consumer<ApiObject> created) {
        /// Nobody hears of what was stored.
        public Ports(
                Journal journal,
                ObjectStore store,
                Pods pods,
                InstantSource clock,
                RandomGenerator random,
                Function<ApiObject, List<Diagnostic>> schema) {
            this(journal, store, pods, clock, random, schema, _ -> {});
        }
    }

    private record Parts(
            Ports ports,
            Admission admission,
            Grants grants,
            ObjectCommits commits,
            Dependents dependents,
            NamespaceGate gate,
            ObjectPages pages) {
        ObjectStore store() {
            return ports.store();
        }
    }

    public LiveObjects(Ports ports) {
        this(parts(ports), Optional.empty());
    }

    private LiveObjects(Parts parts, Optional<String> user) {
        this.parts = parts;
        this.user = user;
    }

    private static Parts parts(Ports ports) {
        var grants = new Grants(ports.store());
        var dependents = new Dependents(ports.store());
        var commits = new ObjectCommits(ports.journal(), ports.store(), ports.clock(), grants, dependents);
        return new Parts(
                ports,
                new Admission(ports.schema()),
                grants,
                commits,
                dependents,
                new NamespaceGate(ports.store(), commits, dependents),
                new ObjectPages(ports.store(), ports.pods()));
    }

    /// Stores the objects that a fresh server has, where they are missing, and ends the deletions of namespaces that were
    /// cut short.
    public LiveObjects start() {
        var writes = new ArrayList<ObjectWrite>();
        for (var object : Bootstrap.objects()) {
            if (parts.store().get(object.key()).isEmpty()) {
                writes.add(new ObjectWrite.Create(admitted(object, Mode.PLAIN).object()));
            }
        }
        if (!writes.isEmpty()) {
            parts.commits().commit(writes);
        }
        for (var namespace : parts.gate().closed()) {
            parts.gate().delete(namespace, now());
        }
        return this;
    }

    @Override
    public Objects as(String user) {
        return new LiveObjects(parts, Optional.of(user));
    }

    private void check(String verb, ResourceType type, String namespace, String name) {
        user.ifPresent(who -> parts.grants().now().check(new Rbac.Wish(who, verb, type, "", namespace, name)));
    }

    /// Refuses a role or binding by which the user would give what the user has not got.
    private void checkGiving(ApiObject object) {
        user.ifPresent(who -> parts.grants().now().checkGiving(who, object));
    }

    private void check(String verb, ObjectKey key) {
        check(verb, key.type(), key.namespace(), key.name());
    }

    @Override
    public ApiObject get(ObjectKey key) {
        return find(key).orElseThrow(() -> Refusal.notFound(key));
    }

    @Override
    public Optional<ApiObject> find(ObjectKey key) {
        check("get", key);
        return stored(key);
    }

    private Optional<ApiObject> stored(ObjectKey key) {
        if (key.type().equals(ResourceTypes.EVENT)) {
            return parts.ports().pods().events(Optional.of(key.namespace())).stream()
                    .filter(event -> event.name().equals(key.name()))
                    .findFirst();
        }
        return key.type().equals(ResourceTypes.POD)
                ? parts.ports().pods().find(key.namespace(), key.name())
                : parts.store().get(key);
    }

    private ApiObject current(ObjectKey key) {
        return stored(key).orElseThrow(() -> Refusal.notFound(key));
    }

    @Override
    public Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next) {
        check("list", type, namespace.orElse(""), "");
        return parts.pages().list(type, namespace, selector, limit, next);
    }

    @Override
    public Written create(ApiObject given, Mode mode) {
        var object = Admission.inNamespace(given, "");
        check("create", object.type(), object.namespace(), "");
        boolean generated = object.name().isEmpty();
        for (int tries = 1; ; tries++) {
            try {
                var written = createOnce(object, mode);
                if (!mode.dryRun()) {
                    parts.ports().created().accept(written.object());
                }
                return written;
            } catch (Conflict taken) {
                if (!generated) {
                    throw Refusal.alreadyExists(object.key());
                }
                if (tries == BUDGET) {
                    throw new Refusal(
                            409,
                            "AlreadyExists",
                            taken.getMessage() + ", the server was not able to generate a unique name for the object");
                }
            }
        }
    }

    /// @throws Conflict if the name is taken
    private Written createOnce(ApiObject object, Mode mode) {
        var admitted = admitted(object, mode);
        var ready = admitted.object();
        checkGiving(ready);
        return parts.gate()
                .enter(
                        ready,
                        () -> {
                            if (mode.dryRun()) {
                                if (parts.store().get(ready.key()).isPresent()) {
                                    throw new Conflict(
                                            Conflict.Reason.ALREADY_EXISTS, ready.key().quoted() + " already exists");
                                }
                                return new Written(ready, true, admitted.warnings());
                            }
                            var writes = new ArrayList<ObjectWrite>(List.of(new ObjectWrite.Create(ready)));
                            if (ready.type().equals(ResourceTypes.NAMESPACE)) {
                                writes.add(
                                        new ObjectWrite.Create(
                                                admitted(Bootstrap.serviceAccount(ready.name()), Mode.PLAIN).object()));
                            }
                            return new Written(
                                    stamped(ready, parts.commits().commit(writes)), true, admitted.warnings());
                        });
    }

    @Override
    public Planned plan(ApiObject given) {
        var object = Admission.inNamespace(given, "");
        if (!object.type().namespaced() || Rbac.TYPES.contains(object.type())) {
            throw new IllegalArgumentException(object.type().plural() + " are created by themselves alone");
        }
        check("create", object.type(), object.namespace(), "");
        var ready = admitted(object, Mode.PLAIN).object();
        var create = new ObjectWrite.Create(ready);
        parts.dependents().written(create);
        return new Planned(ready, List.of(parts.gate().asItIs(ready), create));
    }

    private Admission.Admitted admitted(ApiObject object, Mode mode) {
        return parts.admission().create(object, stamp(), mode.fields());
    }

    private Admission.Stamp stamp() {
        var random = parts.ports().random();
        var digits = new int[Names.SUFFIX_LENGTH];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = random.nextInt(1 << 20);
        }
        long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new Admission.Stamp(
                new UUID(high, low).toString(), Names.suffix(digits), parts.ports().clock().instant());
    }

    private static ApiObject stamped(ApiObject object, long version) {
        return object.withMetadata("resourceVersion", Value.text(Long.toString(version)));
    }

    @Override
    public Written replace(ObjectKey key, ApiObject object, Mode mode) {
        check("update", key);
        return change(key, _ -> object, mode);
    }

    @Override
    public Written patch(ObjectKey key, Patch patch, Mode mode) {
        check("patch", key);
        if (!(patch instanceof Patch.Apply(var wanted))) {
            Patches.checkSupported(key.type(), patch);
            return change(key, before -> Patches.apply(before, patch), mode);
        }
        return createOrChange(
                key, named(key, wanted), UnaryOperator.identity(), before -> Patches.apply(before, patch), mode);
    }

    /// The object that a server-side apply wants, with the name of its path.
    private static ApiObject named(ObjectKey key, Value wanted) {
        if (!(wanted instanceof Value.Mapping json)) {
            throw Refusal.badRequest("error decoding YAML: an object was expected with apiVersion, kind and metadata");
        }
        var object = Admission.inNamespace(new ApiObject(key.type(), json), key.namespace());
        if (object.name().isEmpty()) {
            return object.withMetadata("name", Value.text(key.name()));
        }
        if (!object.name().equals(key.name())) {
            throw Refusal.badRequest(
                    "the name of the object ("
                            + object.name()
                            + ") does not match the name on the URL ("
                            + key.name()
                            + ")");
        }
        return object;
    }

    @Override
    public Written apply(ApiObject given, Mode mode) {
        var object = Admission.inNamespace(given, "");
        if (object.name().isEmpty()) {
            throw Refusal.badRequest(
                    "from "
                            + object.json().textAt("metadata", "generateName").orElse("a nameless manifest")
                            + ": cannot use generate name with apply");
        }
        check("get", object.key());
        return createOrChange(
                object.key(), object, Patches::remembering, before -> Patches.applied(before, object), mode);
    }

    private Written createOrChange(
            ObjectKey key,
            ApiObject fresh,
            UnaryOperator<ApiObject> asNew,
            UnaryOperator<ApiObject> change,
            Mode mode) {
        for (int tries = 1; ; tries++) {
            if (stored(key).isPresent()) {
                check("patch", key);
                return change(key, change, mode);
            }
            check("create", key.type(), key.namespace(), "");
            try {
                return createOnce(asNew.apply(fresh), mode);
            } catch (Conflict taken) {
                if (tries == BUDGET) {
                    throw Refusal.conflict(key, "it was created and deleted by others again and again");
                }
            }
        }
    }

    /// Reads, changes and stores an object; begins anew if it was changed in between, unless it was the precondition of the
    /// user that did not hold.
    private Written change(ObjectKey key, UnaryOperator<ApiObject> change, Mode mode) {
        var before = current(key);
        for (int tries = 1; ; tries++) {
            var wanted = change.apply(before);
            var admitted = parts.admission().update(before, wanted, mode.fields());
            checkGiving(admitted.object());
            var demanded =
                    wanted.resourceVersion() == 0 ? OptionalLong.empty() : OptionalLong.of(wanted.resourceVersion());
            boolean asRead = demanded.isEmpty() || demanded.getAsLong() == before.resourceVersion();
            if (mode.dryRun() || (asRead && admitted.object().equals(before))) {
                return new Written(admitted.object(), false, admitted.warnings());
            }
            try {
                long version =
                        parts.commits()
                                .commit(
                                        List.of(
                                                new ObjectWrite.Update(
                                                        admitted.object(),
                                                        demanded,
                                                        OptionalLong.of(before.resourceVersion()))));
                return new Written(stamped(admitted.object(), version), false, admitted.warnings());
            } catch (Conflict moved) {
                var now = current(key);
                if (now.resourceVersion() == before.resourceVersion() || tries == BUDGET) {
                    throw new Refusal(409, "Conflict", String.valueOf(moved.getMessage()));
                }
                before = now;
            }
        }
    }

    @Override
    public ApiObject delete(ObjectKey key, Precondition precondition, Mode mode) {
        check("delete", key);
        return delete(current(key), precondition, mode);
    }

    private ApiObject delete(ApiObject object, Precondition precondition, Mode mode) {
        Admission.checkDeletion(object, precondition);
        if (mode.dryRun()) {
            return object;
        }
        if (object.type().equals(ResourceTypes.POD)) {
            parts.ports().pods().delete(object);
        } else if (object.type().equals(ResourceTypes.NAMESPACE)) {
            parts.gate().delete(object, now());
        } else {
            parts.gate().remove(parts.dependents().closure(object));
        }
        return object;
    }

    @Override
    public void deleteAll(ResourceType type, Optional<String> namespace, Selector selector, Mode mode) {
        check("deletecollection", type, namespace.orElse(""), "");
        if (type.equals(ResourceTypes.POD) || type.equals(ResourceTypes.NAMESPACE)) {
            parts.pages()
                    .list(type, namespace, selector, 0, "")
                    .objects()
                    .forEach(object -> delete(object, Precondition.NONE, mode));
        } else if (!mode.dryRun()) {
            StoredPages.eachPage(
                    parts.store(),
                    type,
                    namespace,
                    page -> deleteTogether(page.stream().filter(selector::matches).toList()));
        }
    }

    private void deleteTogether(List<ApiObject> objects) {
        var doomed = new LinkedHashMap<String, ApiObject>();
        for (var object : objects) {
            parts.dependents().closure(object).forEach(one -> doomed.putIfAbsent(one.uid(), one));
        }
        parts.gate().remove(List.copyOf(doomed.values()));
    }

    private String now() {
        return parts.ports().clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
