package tiphys.server.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.cron.CronBackfill;
import tiphys.events.cron.CronReader;
import tiphys.events.cron.CronRun;
import tiphys.events.cron.CronSpec;
import tiphys.events.cron.CronState;
import tiphys.events.cron.CronView;
import tiphys.events.cron.Crons;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;

/// CronWorkflows of which nothing has become yet.
final class FakeCrons implements Crons {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    final List<CronSpec> specs = new ArrayList<>();

    void add(Value.Mapping object) {
        specs.add(CronReader.read(object, ZoneOffset.UTC));
    }

    private Optional<CronSpec> spec(String namespace, String name) {
        return specs.stream().filter(one -> one.namespace().equals(namespace) && one.name().equals(name)).findFirst();
    }

    @Override
    public List<Value.Mapping> list(String namespace) {
        return specs.stream()
                .filter(one -> namespace.isEmpty() || one.namespace().equals(namespace))
                .map(one -> CronView.row(one, new CronState(), NOW))
                .toList();
    }

    @Override
    public Optional<Value.Mapping> page(String namespace, String name) {
        return spec(namespace, name).map(one -> CronView.page(one, new CronState(), NOW));
    }

    @Override
    public Optional<ApiObject> byHand(String namespace, String name, Map<String, String> parameters) {
        return spec(namespace, name).map(one -> CronRun.byHand(one, NOW, parameters));
    }

    @Override
    public Optional<List<ApiObject>> backfill(String namespace, String name, CronBackfill.Wish wish) {
        return spec(namespace, name).map(one -> CronBackfill.workflows(one, wish));
    }
}
