package tiphys.engine.run.state;

import java.util.regex.Pattern;
import tiphys.manifest.workflow.TemplateRef;

/// A fact from outside that a run asks for before it starts.
public sealed interface Need {
    /// The namespace to look in; empty for what belongs to none.
    String namespace();

    /// The spec of a WorkflowTemplate, or, without a namespace, of a ClusterWorkflowTemplate.
    record Template(String namespace, String name) implements Need {
        /// The need of what tables of templates have under a name: [TemplateRef#library].
        public static Template of(String namespace, String library) {
            return new Template(TemplateRef.clusterWide(library) ? "" : namespace, TemplateRef.nameOf(library));
        }

        /// Whether it is a ClusterWorkflowTemplate.
        public boolean clusterWide() {
            return namespace.isEmpty();
        }

        /// The name under which tables of templates have it.
        public String library() {
            return TemplateRef.library(name, clusterWide());
        }
    }

    /// The specs of all WorkflowTemplates, or, without a namespace, ClusterWorkflowTemplates whose names fit a pattern: a reference whose
    /// name has tags may become each of them. The answer is an object with a field for each; a text if they are too many.
    ///
    /// @param pattern a name in which `*` stands for anything
    record Templates(String namespace, String pattern) implements Need {
        /// The need of a reference with tags; see [Template#of].
        public static Templates of(String namespace, String library) {
            return new Templates(
                    TemplateRef.clusterWide(library) ? "" : namespace,
                    TAG.matcher(TemplateRef.nameOf(library)).replaceAll("*"));
        }

        /// Whether a name fits.
        public boolean fits(String name) {
            int at = 0;
            var parts = pattern.split("\\*", -1);
            for (int i = 0; i < parts.length; i++) {
                var last = i == parts.length - 1;
                int found = i == 0 ? 0 : last ? name.length() - parts[i].length() : name.indexOf(parts[i], at);
                if (found < at || !name.startsWith(parts[i], found)) {
                    return false;
                }
                at = found + parts[i].length();
            }
            return true;
        }
    }

    /// A tag in a name.
    Pattern TAG = Pattern.compile("\\{\\{.*?}}");

    /// The value of a ConfigMap's key.
    record ConfigMapKey(String namespace, String name, String key) implements Need {}

    /// The artifact repository that the run's artifacts are kept in. The answer is an object: the repository's fields in
    /// `artifactRepository`, where it stands in the others, as Argo's status shows it; none for this server's own store.
    ///
    /// @param configMap as the workflow names it; empty for the usual one
    /// @param key as the workflow names it; empty for the ConfigMap's own choice
    record Repository(String namespace, String configMap, String key) implements Need {}

    /// What every Workflow has unless it says otherwise: `workflowDefaults` of the controller's ConfigMap. The answer is a Workflow
    /// without a name, which may say in `templateReferencing` what else is asked of every Workflow; a text says why it cannot be
    /// read.
    record Defaults(String namespace) implements Need {}

    /// What another run of the namespace gave that need not be done again: a memoized resubmission begins with it. The answer is an
    /// object of [RetainedOutputs] by the names of nodes, without that of their Workflow before; a text says why there is none.
    ///
    /// @param uid the other run's
    record Earlier(String namespace, String uid) implements Need {
        /// The annotation of a Workflow that is such a resubmission, with the uid of the other run.
        public static final String ANNOTATION = "tiphys.io/memoized-from";
    }

    /// The rules that say which programs of the host stand for images, beyond those that come with the program. The answer is a text
    /// of rows.
    record Images(String namespace) implements Need {}

    /// A turn beside the other Workflows that go on, where no more may at once than the controller's settings say. The answer, which
    /// has no content, comes when it is its turn.
    ///
    /// @param askedMicros when it was asked for
    record Turn(String namespace, long askedMicros) implements Need {
        /// What a Workflow says that waits for its turn, in Argo's words.
        public static final String POSTPONED =
                "Workflow processing has been postponed because too many workflows are already running";
    }

    /// What the executor cannot honour of what is known of the steps before they run ([Run#probes]): a list of sentences.
    record Fitness(String namespace) implements Need {}
}
