/// Who one is to somebody else's server: private keys in PEM, and the tokens that Google gives for them. Start at
/// [tiphys.identity.GoogleToken].
@NullMarked
package tiphys.identity;

import org.jspecify.annotations.NullMarked;
