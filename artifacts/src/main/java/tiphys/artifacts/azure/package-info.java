/// Containers of Azure Blob Storage, over its REST API. Start at [tiphys.artifacts.azure.AzureContainer].
@NullMarked
package tiphys.artifacts.azure;

import org.jspecify.annotations.NullMarked;
