/// What drivers have in common that reach their servers over HTTP: requests, downloads that go on after a lost connection, sums. Start
/// at [tiphys.artifacts.web.Web].
@NullMarked
package tiphys.artifacts.web;

import org.jspecify.annotations.NullMarked;
