package tiphys.served.resource;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import tiphys.objects.ObjectAccess;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// This server's own objects. Where no account is named, steps act as the server itself: there is no default account with rights here.
public final class OwnApi implements ResourceApi {
    private final Supplier<? extends Objects> objects;
    private final Changes changes;

    /// @param objects the face that acts as admin; asked for when the first step needs it
    public OwnApi(Supplier<? extends Objects> objects, ObjectStore store) {
        this.objects = objects;
        this.changes = new Changes(store);
    }

    @Override
    public ObjectAccess in(String namespace, Optional<String> account) {
        var admin = objects.get();
        return account.<ObjectAccess>map(name -> admin.as("system:serviceaccount:" + namespace + ":" + name))
                .orElse(admin);
    }

    @Override
    public Optional<ResourceType> byKind(String apiVersion, String kind) {
        return ResourceTypes.byKind(apiVersion, kind);
    }

    @Override
    public Optional<ResourceType> byWord(String word) {
        var lower = word.toLowerCase(Locale.ROOT);
        var name = lower.contains(".") ? lower.substring(0, lower.indexOf('.')) : lower;
        return ResourceTypes.ALL.stream()
                .filter(type ->
                        type.plural().equals(name) || type.singular().equals(name) || type.shortNames().contains(name))
                .findFirst();
    }

    @Override
    public boolean shown(ResourceType type) {
        return type.equals(ResourceTypes.POD);
    }

    @Override
    public void await(ObjectKey key, Look look) throws InterruptedException {
        changes.await(key, look);
    }
}
