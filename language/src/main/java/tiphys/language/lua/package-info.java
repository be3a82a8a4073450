/// Lua 5.1 with `goto`, as Argo Events' scripts are: an interpreter of our own, so that each step and each byte made is counted. Read
/// [tiphys.language.lua.Lua] first.
@NullMarked
package tiphys.language.lua;

import org.jspecify.annotations.NullMarked;
