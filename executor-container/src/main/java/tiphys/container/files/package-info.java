/// Where the files of a container are on this machine, and how they come out of it. Start at [tiphys.container.files.ContainerFiles].
@NullMarked
package tiphys.container.files;

import org.jspecify.annotations.NullMarked;
