/// Tests of what drivers have in common that reach their servers over HTTP.
@NullMarked
package tiphys.artifacts.web;

import org.jspecify.annotations.NullMarked;
