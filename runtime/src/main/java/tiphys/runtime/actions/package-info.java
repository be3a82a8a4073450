/// What triggers do with objects and runs of this server.
@NullMarked
package tiphys.runtime.actions;

import org.jspecify.annotations.NullMarked;
