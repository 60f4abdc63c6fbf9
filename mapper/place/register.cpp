#include "mapper/place/placer.hpp"

namespace spikeloom {

Registry<Placer> placers() {
  return {{"anneal", make_annealing_placer}, {"row_major", make_row_major_placer}};
}

}  // namespace spikeloom
