// Shows the formats of sl_pkg at ports.
module sl_pkg_probe (
  input  logic [ 2:0] link_i,
  output logic [ 2:0] straight_on_o,
  output logic [ 2:0] next_o,
  output logic [ 2:0] around_o,
  output logic [63:0] port_numbers_o,  // a byte each
  output logic [31:0] packet_o,        // bits of key, payload and detour, and of all
  output logic [31:0] detours_o,       // a byte each
  output logic [31:0] word_o,          // bits of target, delay and weight
  output logic [31:0] formats_o,       // a byte each
  output logic [31:0] row_o            // bits of a row pointer
);

  assign straight_on_o = sl_pkg::opposite_link(link_i);
  assign next_o        = sl_pkg::next_link(link_i);
  assign around_o      = sl_pkg::blocked_link(link_i);
  assign port_numbers_o = {
    8'(sl_pkg::PortCore), 8'(sl_pkg::PortIo), 8'(sl_pkg::PortSouth), 8'(sl_pkg::PortSouthWest),
    8'(sl_pkg::PortWest), 8'(sl_pkg::PortNorth), 8'(sl_pkg::PortNorthEast), 8'(sl_pkg::PortEast)
  };
  assign packet_o = {
    8'(sl_pkg::PacketBits), 8'(sl_pkg::DetourBits), 8'(sl_pkg::PayloadBits), 8'(sl_pkg::KeyBits)
  };
  assign detours_o = {
    8'd0, 8'(sl_pkg::DetourSecondLeg), 8'(sl_pkg::DetourFirstLeg), 8'(sl_pkg::DetourNone)
  };
  assign word_o = {
    8'd0, 8'(sl_pkg::WeightBits), 8'(sl_pkg::DelayBits), 8'(sl_pkg::TargetBits)
  };
  assign formats_o = {
    8'd0, 8'(sl_pkg::RowConvolution), 8'(sl_pkg::RowDense), 8'(sl_pkg::RowSparse)
  };
  assign row_o = sl_pkg::RowPointerBits;

endmodule
