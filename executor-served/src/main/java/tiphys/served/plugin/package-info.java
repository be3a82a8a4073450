/// Steps that an executor plugin does (`plugin` templates). Start at [tiphys.served.plugin.PluginLeaf].
@NullMarked
package tiphys.served.plugin;

import org.jspecify.annotations.NullMarked;
