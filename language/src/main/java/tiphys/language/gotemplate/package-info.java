/// Go's `text/template` with Sprig's functions: what Argo Events' `dataTemplate`, `contextTemplate` and filters' `template` are. Read
/// [tiphys.language.gotemplate.GoTemplate] first.
@NullMarked
package tiphys.language.gotemplate;

import org.jspecify.annotations.NullMarked;
