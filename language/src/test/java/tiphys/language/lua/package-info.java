/// Lua.
@NullMarked
package tiphys.language.lua;

import org.jspecify.annotations.NullMarked;
