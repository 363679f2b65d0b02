public import Residue
public import Retention

extension PostgreSQLStore {
  public func capture(_ step: Step, limit: Int) throws(StoreError) -> ErasedRows { ErasedRows() }
  public func cleanse(to level: ErasureLevel, within budget: ScrubBudget) throws(StoreError) -> Cleansing { Cleansing() }
  public func searchResidue(_ question: ResidueQuestion) throws(StoreError) -> ResidueFindings { ResidueFindings() }
}
