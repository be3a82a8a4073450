/// Files at URLs. Start at [tiphys.artifacts.http.HttpDriver].
@NullMarked
package tiphys.artifacts.http;

import org.jspecify.annotations.NullMarked;
