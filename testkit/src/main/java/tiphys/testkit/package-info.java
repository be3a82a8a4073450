/// Tools that tests share; knows no other module.
@NullMarked
package tiphys.testkit;

import org.jspecify.annotations.NullMarked;
