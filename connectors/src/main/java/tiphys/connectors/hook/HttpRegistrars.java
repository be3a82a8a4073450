package tiphys.connectors.hook;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tiphys.connectors.aws.SnsHooks;
import tiphys.events.hook.Registrar;
import tiphys.events.hook.Registrars;

/// Those of all senders that have an API for hooks.
public final class HttpRegistrars implements Registrars {
    private final Map<String, Registrar> bySender = new HashMap<>();

    public HttpRegistrars() {
        bySender.put("github", new GithubHooks());
        bySender.put("gitlab", new GitlabHooks());
        bySender.put("bitbucket", new BitbucketHooks());
        bySender.put("bitbucketserver", new BitbucketServerHooks());
        bySender.put("gerrit", new GerritHooks());
        bySender.put("stripe", new StripeHooks());
        bySender.put("sns", new SnsHooks());
        bySender.put("storageGrid", new StorageGridHooks());
    }

    @Override
    public Optional<Registrar> of(String sender) {
        return Optional.ofNullable(bySender.get(sender));
    }
}
