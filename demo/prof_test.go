package demo
import ("testing";"fmt";"sort";"time";"kwote/domain/session")
func TestProf(t *testing.T){
 t0:=time.Now(); w,err:=Network(1795000000); if err!=nil{t.Fatal(err)}
 fmt.Println("static",time.Since(t0), len(w.EVSEs),len(w.Users),len(w.Tokens),len(w.Locations)); t0=time.Now()
 useOf:=map[string]use{}; for _,b:=range w.bays{ for i:=0;i<b.points;i++{useOf[w.EVSEs[b.first+i].ID]=b.use}}
 K:=map[int][]float64{};H:=map[int][]float64{};I:=map[int]float64{};X:=map[int]int{};maxr:=0;rd:=0; gu:=map[int]int{}
 zone:=map[string]int{}; for i,l:=range w.Locations{zone[l.ID]=i}
 per:=map[string]int{}
 n:=0
 for s:=range w.Sessions(){ n++
  f:=s.Facts; u:=int(useOf[s.EVSEID]); k:=float64(f.Energy())/1e9; h:=float64(f.Duration())/3600
  if len(f.Readings)>maxr{maxr=len(f.Readings)}; rd+=len(f.Readings)
  z:=w.zones[w.Locations[zone[s.LocationID]].TimeZone]; a,_:=z.Local(f.Start); b,_:=z.Local(f.End)
  idle:=0.0; for i,c:=range f.Changes{ if c.State==session.Idle{ e:=f.End; if i+1<len(f.Changes){e=f.Changes[i+1].At}; idle+=float64(e-c.At)/3600}}
  for _,g:=range []int{u,99}{K[g]=append(K[g],k);H[g]=append(H[g],h);I[g]+=idle; if a!=b{X[g]++}; if s.UserID==""{gu[g]++}}
  if s.UserID!=""{per[s.UserID]++}
 }
 fmt.Println(n,time.Since(t0),"maxreadings",maxr,"avg",float64(rd)/float64(n),"active users",len(per))
 q:=func(a []float64,p float64)string{ return fmt.Sprintf("%.2f",a[int(p*float64(len(a)-1))])}
 for _,g:=range []int{0,1,2,3,4,5,99}{ for _,a:=range [][]float64{K[g],H[g]}{ sort.Float64s(a); m:=0.0; for _,x:=range a{m+=x}; fmt.Print(g," n",len(a)," p10 ",q(a,.1)," p25 ",q(a,.25)," med ",q(a,.5)," p75 ",q(a,.75)," p95 ",q(a,.95)," max ",q(a,1)," mean ",fmt.Sprintf("%.2f",m/float64(len(a)))," | ")}; th:=0.0; for _,x:=range H[g]{th+=x}; fmt.Printf("idle %.2f cross %.3f guests %d\n",I[g]/th,float64(X[g])/float64(len(H[g])),gu[g])}
}
