/// What each kind of place can do with whole files. Start at [tiphys.artifacts.driver.Driver].
@NullMarked
package tiphys.artifacts.driver;

import org.jspecify.annotations.NullMarked;
