package tiphys.kubernetes.pod;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// What whoever installs it says of all pods: the part of Argo's controller configuration that shapes them.
///
/// @param layout of those that need no agent beside them
/// @param agent of the containers of Argo's in-pod executor
/// @param mainContainer what each main container has unless the manifest says otherwise (`mainContainer`)
/// @param images what an image runs that a manifest names without a command (`images`)
/// @param instanceId of the controller whose objects they are; empty for none
/// @param tokens the names of the Secrets with the tokens of service accounts, where they are not `NAME.service-account-token`
public record PodSettings(
        Layout layout,
        Agent agent,
        Value.Mapping mainContainer,
        Map<String, Entrypoint> images,
        String instanceId,
        Map<String, String> tokens) {
    public PodSettings {
        images = Map.copyOf(images);
        tokens = Map.copyOf(tokens);
    }

    /// Pods as light as they can be, Argo's executor of this version for the others.
    public static final PodSettings DEFAULT =
            new PodSettings(
                    Layout.LIGHT,
                    Agent.of("quay.io/argoproj/argoexec:v4.1.2"),
                    Value.Mapping.EMPTY,
                    Map.of(),
                    "",
                    Map.of());

    /// What a pod has beside the containers of its template.
    public enum Layout {
        /// Nothing; steps for which something has to be moved into it or out of it are refused.
        LIGHT,
        /// Nothing, if nothing has to be moved into it or out of it; else as [#ARGO].
        LIGHT_OR_ARGO,
        /// Argo's: a container that prepares, one that waits and reports, the step's command wrapped.
        ARGO
    }

    /// The containers of Argo's in-pod executor.
    ///
    /// @param image whose program does the work
    /// @param pullPolicy empty for the cluster's usual one
    /// @param resources empty for none
    /// @param securityContext empty for Argo's own where it has one
    /// @param env more variables
    public record Agent(
            String image,
            Optional<String> pullPolicy,
            Value.Mapping resources,
            Value.Mapping securityContext,
            List<Value> env) {
        public Agent {
            env = List.copyOf(env);
        }

        /// An image, and Argo's own settings.
        public static Agent of(String image) {
            return new Agent(image, Optional.empty(), Value.Mapping.EMPTY, Value.Mapping.EMPTY, List.of());
        }
    }

    /// What an image runs by itself.
    public record Entrypoint(List<String> command, List<String> args) {
        public Entrypoint {
            command = List.copyOf(command);
            args = List.copyOf(args);
        }
    }
}
