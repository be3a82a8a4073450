/// Event sources that receive the messages of a queue of Alibaba Cloud's Message Service. Read [tiphys.connectors.mns.MnsLine] first.
@NullMarked
package tiphys.connectors.mns;

import org.jspecify.annotations.NullMarked;
