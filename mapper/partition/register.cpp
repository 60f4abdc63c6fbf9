#include "mapper/partition/partitioner.hpp"

namespace spikeloom {

Registry<Partitioner> partitioners() {
  return {{"metis", make_metis_partitioner},
          {"patch", make_patch_partitioner},
          {"sequential", make_sequential_partitioner}};
}

}  // namespace spikeloom
