/// `{{…}}` tags in texts. Start at [tiphys.language.tags.Tags].
@NullMarked
package tiphys.language.tags;

import org.jspecify.annotations.NullMarked;
