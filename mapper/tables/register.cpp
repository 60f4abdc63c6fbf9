#include "mapper/tables/table_minimizer.hpp"

namespace spikeloom {

Registry<TableMinimizer> table_minimizers() {
  return {{"ordered", make_ordered_tables},
          {"merge", make_merged_tables},
          {"plain", make_plain_tables}};
}

}  // namespace spikeloom
