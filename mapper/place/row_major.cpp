// The baseline: core n on tile n.

#include "mapper/place/placer.hpp"

namespace spikeloom {
namespace {

class RowMajorPlacer : public Placer {
 public:
  std::vector<TileId> place(const PlacementProblem& problem, Seed) const override {
    std::vector<TileId> tiles;
    for (std::uint32_t core = 0; core < problem.cores; ++core) tiles.push_back(TileId{core});
    return tiles;
  }
};

}  // namespace

std::unique_ptr<Placer> make_row_major_placer() { return std::make_unique<RowMajorPlacer>(); }

}  // namespace spikeloom
