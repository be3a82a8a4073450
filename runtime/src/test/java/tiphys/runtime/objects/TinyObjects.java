package tiphys.runtime.objects;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tiphys.journal.Conflict;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.Selector;
import tiphys.runtime.Severable;

/// As much of the objects' face as triggers use: creation with the name that is given, and denial by user.
public final class TinyObjects implements Objects {
    private static final AtomicLong UIDS = new AtomicLong();

    private final Severable store;
    private final InstantSource clock;
    private final @Nullable String user;
    private final Set<String> denied;
    private final ConcurrentLinkedQueue<Refusal> refusals;
    private final AtomicBoolean spoiled;

    public TinyObjects(Severable store, InstantSource clock) {
        this(store, clock, null, ConcurrentHashMap.newKeySet(), new ConcurrentLinkedQueue<>(), new AtomicBoolean());
    }

    private TinyObjects(
            Severable store,
            InstantSource clock,
            @Nullable String user,
            Set<String> denied,
            ConcurrentLinkedQueue<Refusal> refusals,
            AtomicBoolean spoiled) {
        this.store = store;
        this.clock = clock;
        this.user = user;
        this.denied = denied;
        this.refusals = refusals;
        this.spoiled = spoiled;
    }

    /// The same, reached by another process.
    public TinyObjects over(Severable other) {
        return new TinyObjects(other, clock, user, denied, refusals, spoiled);
    }

    /// Forbids everything to a user.
    public void deny(String name) {
        denied.add(name);
    }

    /// Allows it again.
    public void allow(String name) {
        denied.remove(name);
    }

    /// The next plan rests on something that is not so any more.
    public void spoilNextPlan() {
        spoiled.set(true);
    }

    /// Refuses the next creation, and until then every plan.
    public void refuseNext(Refusal refusal) {
        refusals.add(refusal);
    }

    @Override
    public Objects as(String name) {
        return new TinyObjects(store, clock, name, denied, refusals, spoiled);
    }

    @Override
    public Planned plan(ApiObject object) {
        var refusal = refusals.peek();
        if (refusal != null) {
            throw refusal;
        }
        var made = checked(object);
        var create = new ObjectWrite.Create(made);
        return new Planned(
                made,
                spoiled.getAndSet(false)
                        ? List.of(new ObjectWrite.Unchanged(object.key(), "nobody", 1), create)
                        : List.of(create));
    }

    private ApiObject checked(ApiObject object) {
        if (user != null && denied.contains(user)) {
            throw new Refusal(
                    403,
                    "Forbidden",
                    object.type().groupResource() + " is forbidden: User \"" + user + "\" cannot create resource");
        }
        return object.withMetadata("uid", Value.text("uid-" + UIDS.incrementAndGet()))
                .withMetadata("generation", Value.number(1))
                .withMetadata("creationTimestamp", Value.text(clock.instant().toString()));
    }

    @Override
    public Written create(ApiObject object, Mode mode) {
        var refusal = refusals.poll();
        if (refusal != null) {
            throw refusal;
        }
        var made = checked(object);
        try {
            var committed =
                    store.commit(
                                    new Transaction(
                                            clock.instant(),
                                            List.of(),
                                            List.of(),
                                            List.of(new ObjectWrite.Create(made))))
                            .join();
            return new Written(
                    made.withMetadata("resourceVersion", Value.text(Long.toString(committed.version()))),
                    true,
                    List.of());
        } catch (CompletionException e) {
            if (e.getCause() instanceof Conflict) {
                throw new Refusal(
                        409,
                        "AlreadyExists",
                        object.type().groupResource() + " \"" + object.name() + "\" already exists");
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public ApiObject get(ObjectKey key) {
        return find(key).orElseThrow(() -> new Refusal(404, "NotFound", key + " not found"));
    }

    @Override
    public Optional<ApiObject> find(ObjectKey key) {
        return store.get(key);
    }

    @Override
    public ApiObject delete(ObjectKey key, Precondition precondition, Mode mode) {
        var object = get(key);
        store.commit(
                        new Transaction(
                                clock.instant(),
                                List.of(),
                                List.of(),
                                List.of(new ObjectWrite.Delete(key, object.uid()))))
                .join();
        return object;
    }

    @Override
    public Written replace(ObjectKey key, ApiObject object, Mode mode) {
        var before = get(key);
        var made =
                object.withMetadata("uid", Value.text(before.uid()))
                        .withMetadata("generation", Value.number(before.generation() + 1));
        store.commit(
                        new Transaction(
                                clock.instant(),
                                List.of(),
                                List.of(),
                                List.of(new ObjectWrite.Update(made, OptionalLong.empty()))))
                .join();
        return new Written(made, false, List.of());
    }

    @Override
    public Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Written patch(ObjectKey key, Patch patch, Mode mode) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Written apply(ApiObject object, Mode mode) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteAll(ResourceType type, Optional<String> namespace, Selector selector, Mode mode) {
        throw new UnsupportedOperationException();
    }
}
