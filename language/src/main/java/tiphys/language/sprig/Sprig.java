package tiphys.language.sprig;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.language.EvaluationFailed;
import tiphys.language.sprig.SprigFunction.Body;

/// All functions by their names. `env` and `expandenv` are not among them, as Argo has it; what would ask the network or make
/// keys and certificates is refused by name when it is called. What is random follows from the moment's seed.
public final class Sprig {
    private static final Map<String, SprigFunction> ALL = new Registry().all();

    private Sprig() {}

    /// The function of that name; empty if Sprig has none.
    public static Optional<SprigFunction> find(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /// Every name.
    public static Set<String> names() {
        return ALL.keySet();
    }

    /// Where each family puts its functions.
    static final class Registry {
        private final Map<String, SprigFunction> functions = new HashMap<>();

        /// @param names of one function, between blanks
        /// @param parameters see [SprigFunction]
        void put(String names, String parameters, Body body) {
            for (var name : names.split(" ", -1)) {
                functions.put(name, new SprigFunction(name, parameters, body));
            }
        }

        private Map<String, SprigFunction> all() {
            Texts.add(this);
            Words.add(this);
            Lists.add(this);
            Dicts.add(this);
            Numbers.add(this);
            Dates.add(this);
            Defaults.add(this);
            Encodings.add(this);
            Regexes.add(this);
            Versions.add(this);
            Chance.add(this);
            for (var name :
                    Set.of(
                            "bcrypt",
                            "htpasswd",
                            "derivePassword",
                            "buildCustomCert",
                            "genCA",
                            "genCAWithKey",
                            "genPrivateKey",
                            "genSelfSignedCert",
                            "genSelfSignedCertWithKey",
                            "genSignedCert",
                            "genSignedCertWithKey",
                            "getHostByName")) {
                put(
                        name,
                        "*a",
                        _ -> {
                            throw new EvaluationFailed(
                                    "sprig." + name + " is not available: it asks the network or makes secrets");
                        });
            }
            return Map.copyOf(functions);
        }
    }
}
