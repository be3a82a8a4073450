package tiphys.runtime.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tiphys.journal.CursorMove;
import tiphys.journal.Journal;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.objects.StoredObject;

/// Where the journal stood when a sensor's trigger came to be: written with the sensor, so that a server that ends before the
/// trigger listens knows from which event on it does. A creation time cannot tell, for the clock may have been turned back.
public final class Births {
    private Births() {}

    /// What is stored together with a write, for the triggers that it brings; nothing for most.
    ///
    /// @param head the journal's head before the write
    public static List<CursorMove> of(ObjectWrite write, ObjectStore store, long head) {
        var object =
                switch (write) {
                    case ObjectWrite.Create(var made) -> made;
                    case ObjectWrite.Update(var made, _, _) -> made;
                    case ObjectWrite.Status _, ObjectWrite.Data _, ObjectWrite.Unchanged _, ObjectWrite.Delete _ ->
                            null;
                };
        if (object == null || !object.type().equals(ResourceTypes.SENSOR)) {
            return List.of();
        }
        var before =
                write instanceof ObjectWrite.Update
                        ? store.get(StoredObject.keyOf(write)).map(Births::triggers).orElse(List.of())
                        : List.<String>of();
        var moves = new ArrayList<CursorMove>();
        for (var trigger : triggers(object)) {
            if (!before.contains(trigger)) {
                moves.add(new CursorMove(name(object.uid(), trigger), head + 1)); // 0 says that nothing is known
            }
        }
        return moves;
    }

    /// After which sequence a trigger hears; empty if its sensor was written without saying so.
    public static OptionalLong after(Journal journal, String sensorUid, String trigger) {
        long born = journal.cursor(name(sensorUid, trigger));
        return born == 0 ? OptionalLong.empty() : OptionalLong.of(born - 1);
    }

    private static List<String> triggers(ApiObject sensor) {
        return sensor.spec().listAt("triggers").stream()
                .map(trigger -> trigger.textAt("template", "name"))
                .flatMap(Optional::stream)
                .toList();
    }

    private static String name(String uid, String trigger) {
        return "born/" + uid + "/" + trigger;
    }
}
