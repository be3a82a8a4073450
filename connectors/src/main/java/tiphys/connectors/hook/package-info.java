/// Registers hooks where those who send are told where to send: at GitHub, GitLab, both Bitbuckets, Gerrit, Stripe and StorageGRID, over
/// [tiphys.connectors.hook.Api]. Read [tiphys.connectors.hook.GithubHooks] first; that of SNS is in [tiphys.connectors.aws].
@NullMarked
package tiphys.connectors.hook;

import org.jspecify.annotations.NullMarked;
