package tiphys.engine;

import java.util.List;
import java.util.Map;

/// What an order's references stood for when it was given to the executor. Never journalled, for it holds secrets.
///
/// @param env every variable with its value, in the order in which they are set
/// @param volumes for each volume of kind `Keys`: relative path to content
/// @param containers of an order with several containers: the variables of each, by its name
/// @param logins for registries of images: the contents of `.dockerconfigjson` of each Secret that the pod names for it
public record Materials(
        Map<String, String> env,
        Map<String, Map<String, byte[]>> volumes,
        Map<String, Map<String, String>> containers,
        List<byte[]> logins) {

    /// Those of an order whose images need no login.
    public Materials(
            Map<String, String> env,
            Map<String, Map<String, byte[]>> volumes,
            Map<String, Map<String, String>> containers) {
        this(env, volumes, containers, List.of());
    }

    /// Those of an order that is one container.
    public Materials(Map<String, String> env, Map<String, Map<String, byte[]>> volumes) {
        this(env, volumes, Map.of());
    }

    /// Those of one of several containers.
    public Materials of(String container) {
        return new Materials(containers.getOrDefault(container, env), volumes, Map.of(), logins);
    }
}
