package tiphys.engine.run.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.engine.lock.LockName;
import tiphys.engine.lock.LockRequest;
import tiphys.engine.lock.LockTicket;
import tiphys.engine.run.state.RunFact;
import tiphys.journal.Entry;

/// What a run holds, read from its entries about locks alone: of a run that is set aside nothing else is read, for whatever ended the
/// server may be in it.
public final class HeldLocks {
    private final String uid;
    private final String holder;
    private final Map<Integer, List<LockName>> asked = new LinkedHashMap<>();
    private final Map<Integer, List<LockName>> held = new LinkedHashMap<>();
    private int era;

    /// @param holder the run as Argo names it: `namespace/name`
    public HeldLocks(String uid, String holder) {
        this.uid = uid;
        this.holder = holder;
    }

    /// Takes an entry; those about anything else change nothing.
    public void read(Entry entry) {
        switch (entry.type()) {
            case "run.locks-asked/1" -> {
                if (RunFacts.decode(entry) instanceof RunFact.LocksAsked(var node, var names)) {
                    asked.put(node, names);
                }
            }
            case "run.locks-granted/1" -> {
                if (RunFacts.decode(entry) instanceof RunFact.LocksGranted(var node) && asked.containsKey(node)) {
                    held.put(node, asked.get(node));
                }
            }
            case "run.locks-released/1" -> {
                if (RunFacts.decode(entry) instanceof RunFact.LocksReleased(var node)) {
                    asked.remove(node);
                    held.remove(node);
                }
            }
            case "run.restarted/1", "run.restarted/2" -> {
                era++;
                asked.clear();
                held.clear();
            }
            default -> {}
        }
    }

    /// What it holds after the entries that were read.
    public List<LockRequest> all() {
        var all = new ArrayList<LockRequest>();
        held.forEach((node, names) ->
                all.add(
                        new LockRequest(
                                new LockTicket(uid, era, node),
                                node < 0 ? holder : holder + "/" + node,
                                names,
                                0,
                                0,
                                0,
                                List.of())));
        return all;
    }
}
