/// Answers that go on for as long as the client likes: watches, feeds, followed logs. They are counted and bounded in
/// [tiphys.server.follow.Followers]; those that tell news are told it in [tiphys.server.follow.Rounds], without a thread each.
@NullMarked
package tiphys.server.follow;

import org.jspecify.annotations.NullMarked;
