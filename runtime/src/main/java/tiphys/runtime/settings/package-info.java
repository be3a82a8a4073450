/// What holds for all Workflows of this server: the ConfigMap `workflow-controller-configmap`. Start at
/// [tiphys.runtime.settings.Controllers].
@NullMarked
package tiphys.runtime.settings;

import org.jspecify.annotations.NullMarked;
