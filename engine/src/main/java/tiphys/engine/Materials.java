package tiphys.engine;

import java.util.Map;

/// What an order's references stood for when it was given to the executor. Never journalled, for it holds secrets.
///
/// @param env every variable with its value, in the order in which they are set
/// @param volumes for each volume of kind `Keys`: relative path to content
/// @param containers of an order with several containers: the variables of each, by its name
public record Materials(
        Map<String, String> env,
        Map<String, Map<String, byte[]>> volumes,
        Map<String, Map<String, String>> containers) {

    /// Those of an order that is one container.
    public Materials(Map<String, String> env, Map<String, Map<String, byte[]>> volumes) {
        this(env, volumes, Map.of());
    }

    /// Those of one of several containers.
    public Materials of(String container) {
        return new Materials(containers.getOrDefault(container, env), volumes);
    }
}
